"""Prefect's server: started, stopped, given the deployments and automations of the deployment file."""
