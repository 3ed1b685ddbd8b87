"""Region backends that know any noun: GroundingDINO and SAM, by transformers or by their authors' packages."""
