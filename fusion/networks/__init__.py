"""The networks: fusion, denoiser, regions, and how they are run on pictures of any size."""
