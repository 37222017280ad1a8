"""The workbench as HTML: written, not rendered, as it is open all day; one file per part."""
