from gated.layer import step as program  # noqa: F401
