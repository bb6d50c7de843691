"""`python -m flows` is `tyle`, for processes that start `tyle` of the same installation."""

from flows.cli import main

main()
