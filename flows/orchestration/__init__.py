"""How the plan is carried out: plainly, as a Prefect flow, on a Dask cluster. Changes no result."""
