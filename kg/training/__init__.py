"""Makes the reader's weights from the corpus; needs the extra ``tupu-kg[train]`` (PyTorch). See
docs/training.md."""
