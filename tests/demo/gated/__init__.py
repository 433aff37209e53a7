"""A gated linear unit: y = (x Wᵀ) · sigmoid(x Gᵀ), in torch and ported to MindSpore."""
