"""`python -m jono` is `jono`."""

from jono.cli import main

main()
