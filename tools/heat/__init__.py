"""What an infrared picture tells of heat: where it is hottest or coldest, and its temperatures."""
