"""The commands of `tyle`: they parse arguments, call flows.work and print results. They do no work themselves."""
