"""The child process that touches uploaded bytes: started by `media.sandbox`, imported by nobody else.

It gets one job on its command line, the file on standard input and a private working directory; it answers
with one JSON line. Everything it needs is imported before `confine` takes away the right to read other files.
"""
