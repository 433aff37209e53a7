from gated.port import step as program  # noqa: F401
