"""`python -m pipelines.cli`: the command where no script is installed, as for the server in the background."""

from pipelines.cli import main

main()
