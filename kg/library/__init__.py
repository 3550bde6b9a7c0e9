"""What ``import kg`` offers to Python: graphs to ask, texts to read, a component for spaCy (docs/python.md).

`kg` itself has the names, and loads of these modules what a name needs when it is first used.
"""
