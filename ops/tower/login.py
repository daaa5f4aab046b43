"""Logging in and out: a plain form that works without scripts; the cookie is no script's business and no other site's."""

from __future__ import annotations

import asyncio
from html import escape
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from ops.api.audit import asked_by
from ops.api.login import COOKIE, SESSION_S, Door

router = APIRouter(include_in_schema=False)
_PAGE: Final = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>一港通 登录</title>
<style>
body {{ font-family: system-ui, "Noto Sans CJK SC", sans-serif; background: #0f172a; display: grid; place-items: center;
min-height: 100vh; margin: 0 }}
main {{ background: #fff; padding: 2rem; border-radius: .5rem; width: min(22rem, 90vw) }}
h1 {{ font-size: 1.25rem; margin: 0 0 1rem }} label {{ display: block; margin: .75rem 0 .25rem }}
input {{ width: 100%; padding: .6rem; font-size: 1rem; box-sizing: border-box }}
button {{ margin-top: 1.25rem; width: 100%; padding: .7rem; font-size: 1rem; background: #1e40af; color: #fff; border: 0;
border-radius: .25rem; cursor: pointer }} p {{ color: #b91c1c }}
</style></head><body><main><h1>一港通控制塔 Yigangtong control tower</h1>{problem}
<form method="post"><input type="hidden" name="next" value="{next}">
<label for="name">用户名 Name</label><input id="name" name="name" autocomplete="username" required autofocus>
<label for="password">密码 Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>登录 Log in</button></form></main></body></html>"""
_WRONG: Final = '<p role="alert">用户名或密码不对。Name or password is wrong.</p>'
#: A wrong password costs this long, seconds.
_PAUSE_S: Final = 1.0


@router.get("/login")
def form(next: str = "/") -> HTMLResponse:
    """The form."""
    return HTMLResponse(_PAGE.format(problem="", next=escape(_own(next))))


@router.post("/login")
async def log_in(
    request: Request, name: Annotated[str, Form()], password: Annotated[str, Form()], next: Annotated[str, Form()] = "/"
) -> Response:
    """Check, and go on to where one wanted to go."""
    door: Door = request.app.state.door
    person = None if door.people is None else await asyncio.to_thread(door.people.check, name, password)
    asked_by(request, person, name)
    if person is None:
        await asyncio.sleep(_PAUSE_S)
        return HTMLResponse(_PAGE.format(problem=_WRONG, next=escape(_own(next))), 401)
    response = RedirectResponse(_own(next), 303)
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    response.set_cookie(COOKIE, door.cookie(person), SESSION_S, httponly=True, samesite="strict", secure=secure)
    return response


@router.post("/logout")
def log_out() -> Response:
    """Forget who one is."""
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


def _own(path: str) -> str:
    """A path of ours: nobody is sent elsewhere by a link that begins here."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
