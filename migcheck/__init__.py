"""migcheck: does a MindSpore port compute the same gradients as its PyTorch original, and if not, where?"""

__version__ = "0.1.0"
