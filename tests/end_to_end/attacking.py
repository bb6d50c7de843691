"""What a page of another site tries on Prefect's server: to read a secret, to change a deployment, to listen."""

import json
from typing import Any

import httpx

from tests.browser import Browser

Answer = tuple[str, int, str]  # kind, status, text
UNREAD = {"error", "opaque", "closed"}  # kinds of answers that give a page nothing
EVIL = [{"prefect.deployments.steps.run_shell_script": {"script": "touch /tmp/evil"}}]
SOCKETS = (
    "events/in",
    "events/out",
    "logs/out",
    "task_runs/subscriptions/scheduled",
    "work_pools/process/workers/connect",
)

ATTACK = """(async () => {
  const found = {}
  const evil = JSON.stringify({pull_steps: EVIL})
  const made = JSON.stringify({name: "evil", flow_id: FLOW, pull_steps: EVIL})
  const attempt = async (name, path, options) => {
    try {
      const answer = await fetch(API + path, options)
      found[name] = [answer.type, answer.status, await answer.text()]
    } catch (error) { found[name] = ["error", 0, ""] }
  }
  const json = {"Content-Type": "application/json", ...HEADERS}
  const secrets = JSON.stringify({include_secrets: true})
  await attempt("read", "block_documents/filter", {method: "POST", headers: json, body: secrets})
  await attempt("read with credentials", "block_documents/filter",
    {method: "POST", headers: json, body: secrets, credentials: "include"})
  await attempt("read unseen", "block_documents/filter", {method: "POST", mode: "no-cors", body: new Blob([secrets])})
  await attempt("patch", "deployments/" + DEPLOYMENT, {method: "PATCH", headers: json, body: evil})
  // requests that a browser sends without asking the server first; a blob without a type has no Content-Type
  for (const body of [made, new Blob([made])])
    await attempt("create unseen " + typeof body, "deployments/", {method: "POST", mode: "no-cors", body})
  const form = document.createElement("form")
  Object.assign(form, {method: "POST", action: API + "deployments/", enctype: "text/plain", target: "unseen"})
  const frame = Object.assign(document.createElement("iframe"), {name: "unseen"})
  const field = Object.assign(document.createElement("input"), {name: made.slice(0, -1) + ', "a": "', value: '"}'})
  form.append(field)
  document.body.append(frame, form)
  await new Promise(done => { frame.onload = done; form.submit() })
  for (const path of SOCKETS) for (const protocols of [[], ["prefect"]])
    found["socket " + path + " " + protocols] = await new Promise(done => {
      const socket = new WebSocket(API.replace("http", "ws") + path, protocols)
      socket.onopen = () => socket.send(JSON.stringify({type: "auth", token: TOKEN}))
      socket.onmessage = event => { socket.close(); done(["message", 0, event.data]) }
      socket.onclose = () => done(["closed", 0, ""])
    })
  return found
})()"""


def script(text: str, **values: Any) -> str:
    """A script with these values as constants."""
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in values.items()) + text


def attacked(
    browser: Browser, address: str, api: str, deployment: str, flow: str, password: str | None = None
) -> dict[str, Answer]:
    """What a page of `address` gets from the API, for each attempt."""
    headers = {"Authorization": httpx.BasicAuth(*password.split(":", 1))._auth_header} if password else {}
    values = {
        "API": api,
        "DEPLOYMENT": deployment,
        "FLOW": flow,
        "EVIL": EVIL,
        "SOCKETS": SOCKETS,
        "HEADERS": headers,
        "TOKEN": password,
    }
    found = browser.run(address, script(ATTACK, **values))
    assert isinstance(found, dict), found
    assert len(found) == 6 + 2 * len(SOCKETS)
    return {name: (kind, status, text) for name, (kind, status, text) in found.items()}
