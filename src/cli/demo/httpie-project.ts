/** The project that `flavor demo` packs: an installed flavor has no fixtures. A test compares it with fixtures/httpie-app. */
export const HTTPIE_PYPROJECT = `[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "httpie-app"
version = "3.2.4"
description = "HTTPie as one file"
requires-python = ">=3.10"
dependencies = ["httpie==3.2.4"]

[project.scripts]
http = "httpie.__main__:main"
https = "httpie.__main__:main"

[tool.flavor]
entry_point = "http"

[tool.setuptools]
py-modules = []
`
