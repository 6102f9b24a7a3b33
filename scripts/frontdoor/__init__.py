"""What stands between a bare Python and the site: the environment, the browser, the locks. Standard library only."""
