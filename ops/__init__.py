"""What people use: the command line, the HTTP service and the tools."""
