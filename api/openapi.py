"""The OpenAPI document with errors under their true media type, and a page that shows it without any script from elsewhere."""

from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi

from api.pages import render

PROBLEM_JSON = "application/problem+json"


def install_openapi(app: FastAPI) -> None:
    def schema() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            for operation in _operations(document):
                for status, response in operation["responses"].items():
                    if status[0] in "45" and "content" in response:
                        response["content"] = {PROBLEM_JSON: next(iter(response["content"].values()))}
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = schema  # type: ignore[method-assign]  # FastAPI's documented way to change the document

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return render("docs.html", document=schema())


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]
