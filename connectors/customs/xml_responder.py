"""The stand-in for customs in a folder: reports as XML out of out/, receipts as XML into in/. For tests and demos only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

from connectors.customs import document
from connectors.customs.document import DocumentProblem
from connectors.customs.ledger import Entry, SendLedger
from connectors.customs.messages import Messages
from connectors.customs.outgoing import Answered
from connectors.customs.plan import ACCEPTED, REJECTED, Plan
from connectors.customs.post import Letter, Post
from connectors.customs.profile import BUSINESS, FAILED, PLATFORM, REJECT, TAKEN
from connectors.customs.receipts import CustomsReceipt, write_receipt
from connectors.customs.report import Report
from connectors.customs.responder import Responder, wall_ms


class _NoOutlet:
    """Answers leave by the post."""

    def publish(self, topic: str, key: str, value: bytes, partition: int | None = None) -> None:
        raise AssertionError(f"a receipt for {topic} must leave as XML")

    def flush(self) -> None:
        """Nothing is queued."""


class XmlResponder(Responder):
    """A responder whose reports and receipts are letters. Each report gets a platform acknowledgement, or a format failure
    when it cannot be read, and then what the plan says."""

    def __init__(
        self, messages: Messages, plan: Plan, ledger: SendLedger, post: Post, clock: Callable[[], int] = wall_ms
    ) -> None:
        super().__init__(plan, ledger, _NoOutlet(), clock)
        self._messages = messages
        self._post = post

    def report(self, content: bytes) -> Report:
        """See Responder."""
        return self._messages.report(content)

    def step(self) -> bool:
        """Answer what has come, and let go what was held back; False when nothing had come."""
        letters = self._post.take()
        good: list[Letter] = []
        entries: list[Entry] = []
        for letter in letters:
            try:
                entries.append(Entry(self.report(letter.content).message_id, letter.content))
                good.append(letter)
            except DocumentProblem as problem:
                self._fail(letter, str(problem))
        self._post.put([self._taken(entry) for entry in entries])
        self.answer(entries)
        self._post.settle(good)
        self.let_go()
        return bool(letters)

    def send(self, answered: Sequence[Answered]) -> None:
        """See Responder."""
        letters = []
        for _, receipt in answered:
            told = receipt.record
            code = REJECTED if told["action"] == REJECT else ACCEPTED
            said = CustomsReceipt(
                BUSINESS, told["action"], told["ref_message_id"], code, told["reason_text"] or "", told["event_time"],
                told["event_id"],
            )  # fmt: skip
            letters.append(Letter(f"MT9999_{said.receipt_id}.xml", write_receipt(self._messages.profile, said)))
        self._post.put(letters)

    def _taken(self, entry: Entry) -> Letter:
        at = self.report(entry.content).ready_at
        said = CustomsReceipt(PLATFORM, TAKEN, entry.id, "0", "", at, "")
        return Letter(f"PlatImpRet_{entry.id}.xml", write_receipt(self._messages.profile, said))

    def _fail(self, letter: Letter, problem: str) -> None:
        said = CustomsReceipt(FAILED, REJECT, _message_id(letter), "", problem[:512].strip(), self._clock(), "")
        try:
            self._post.put([Letter(f"Failed_{letter.name}", write_receipt(self._messages.profile, said))])
        except DocumentProblem as unspeakable:  # it has no id that a receipt could name
            problem = f"{problem}; not answered: {unspeakable}"
        self._post.settle([letter], problem)


def _message_id(letter: Letter) -> str:
    """The id of a message that does not fit its table: what it says, else what its file is called."""
    try:
        found = document.read(letter.content)
        return next(leaf.text for path, leaf in found.items() if path.endswith("/Manifest/Head/MessageID"))
    except (DocumentProblem, StopIteration):
        return PurePath(letter.name).stem
