"""Gradients that were saved to files, to be compared where neither framework is.

A saved set is a ``.safetensors`` file, an ``.npz`` file, or a folder of ``.npy`` files.

names       how a leaf is called in a file
reading     open a set: headers at once, arrays when they are compared
tensors     .safetensors
arrays      .npy and .npz
dump        write a set from either framework's tensors
comparing   two sets to a report
"""
