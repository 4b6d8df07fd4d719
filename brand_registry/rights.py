"""That an owner owns what they say: documents are handed in, and an administrator approves or refuses.

Documents come from outside and are opened by people: they are taken by what they hold, not by their names,
kept as they came, and given out as files to be saved, never shown in our pages.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from brand_registry.access import Deed, NotThere, Viewer, owner_of, refuse_unless
from brand_registry.people import OfOwner, Owner
from brand_registry.states import PASSED, AssetState, BrandState
from brand_registry.tables import Asset, Brand
from brand_registry.uploads import clean_name
from detector.errors import DetectorError
from storage.blobs import Blobs
from storage.database import Base, Time
from storage.errors import ChangedMeanwhile

MOST_BYTES, MOST_DOCUMENTS = 20 * 2**20, 10
_STARTS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


class RightsState(StrEnum):
    """How far a request has come. `taken back` is one that was approved, and no longer is."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class Decision(StrEnum):
    """What an administrator can do about a request."""

    APPROVE = "approve"
    REFUSE = "refuse"
    TAKE_BACK = "take-back"


_STEPS = {
    Decision.APPROVE: (RightsState.ASKED, RightsState.APPROVED),
    Decision.REFUSE: (RightsState.ASKED, RightsState.REFUSED),
    Decision.TAKE_BACK: (RightsState.APPROVED, RightsState.TAKEN_BACK),
}


class DocumentRefused(DetectorError):
    """A file that is no document of a kind that is taken."""


class ReasonMissing(DetectorError):
    """A refusal without the reason that the owner is to read."""


class RightsRequest(OfOwner, Base):
    """An owner's request to be verified, with what was said and decided.

    `public` is its name in addresses.
    """

    __tablename__ = "rights_requests"

    public: Mapped[str] = mapped_column(String(22), unique=True, default=lambda: secrets.token_urlsafe(12))
    state: Mapped[str] = mapped_column(String(20), default=RightsState.ASKED)
    note: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(320))
    asked_at: Mapped[datetime] = mapped_column(Time)
    decided_by: Mapped[str | None] = mapped_column(String(320))
    decided_at: Mapped[datetime | None] = mapped_column(Time)
    reason: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[Owner] = relationship()
    documents: Mapped[list["RightsDocument"]] = relationship(order_by="RightsDocument.id")


class RightsDocument(OfOwner, Base):
    """A file of a request's: a blob, with the name that it came under, cleaned."""

    __tablename__ = "rights_documents"

    public: Mapped[str] = mapped_column(String(22), unique=True, default=lambda: secrets.token_urlsafe(12))
    request_id: Mapped[int] = mapped_column(ForeignKey("rights_requests.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was taken in; `kind` is its media type, told from what it holds."""

    sha256: str
    name: str
    kind: str
    size: int


def keep(blobs: Blobs, name: str, data: bytes) -> Document:
    """Keeps a file as it came, if it is a document at all. Raises `DocumentRefused` and `StorageError`."""
    shown = clean_name(name, "".join(re.findall(r"\.\w{1,5}$", name)))
    if not data:
        raise DocumentRefused(f"the file {shown} is empty")
    if len(data) > MOST_BYTES:
        raise DocumentRefused(f"the file {shown} is larger than {MOST_BYTES // 2**20} MB; send a smaller one")
    kind = next((kind for start, kind in _STARTS.items() if data.startswith(start)), None)
    if kind is None:
        raise DocumentRefused(
            f"the file {shown} is neither a PDF nor a PNG or JPEG picture, whatever it is called"
        )
    return Document(blobs.put(data), name, kind, len(data))


def ask(
    session: Session, viewer: Viewer, owner: Owner, files: Sequence[Document], note: str
) -> RightsRequest:
    """Hands in documents. While a request is not decided, they are added to it.

    Raises `NotAllowed` and `DocumentRefused`.
    """
    refuse_unless(viewer, Deed.PROVE_RIGHTS, owner.id)
    if not files:
        raise DocumentRefused("choose a document that shows your rights, such as the register's certificate")
    session.refresh(owner, with_for_update=True)  # two who ask at once make one request
    open_one = select(RightsRequest).where(
        RightsRequest.owner_id == owner.id, RightsRequest.state == RightsState.ASKED
    )
    request = session.scalar(open_one)
    if request is None:
        request = RightsRequest(
            owner_id=owner.id, note="", asked_by=viewer.name, asked_at=datetime.now(UTC), documents=[]
        )
        session.add(request)
    if len(request.documents) + len(files) > MOST_DOCUMENTS:
        raise DocumentRefused(f"a request takes {MOST_DOCUMENTS} documents at most")
    if note.strip():
        request.note = "\n\n".join(filter(None, [request.note, note.strip()]))[:5_000]
    names = [document.name for document in request.documents]
    for one in files:
        names.append(clean_name(one.name, _ENDINGS[one.kind], names))
        request.documents.append(
            RightsDocument(owner_id=owner.id, sha256=one.sha256, name=names[-1], kind=one.kind, size=one.size)
        )
    return request


def refuse_unless_may_ask(session: Session, viewer: Viewer, key: str) -> None:
    """Before anything of a document is kept. Raises `NotThere` and `NotAllowed`."""
    refuse_unless(viewer, Deed.PROVE_RIGHTS, owner_of(session, viewer, key).id)


def requests(
    session: Session, viewer: Viewer, owner: Owner | None = None, state: RightsState | None = None
) -> Sequence[RightsRequest]:
    """Those that the viewer may see, the newest first: of an owner, or of all."""
    wanted = select(RightsRequest).order_by(RightsRequest.id.desc()).limit(200)
    wanted = wanted.options(selectinload(RightsRequest.documents), selectinload(RightsRequest.owner))
    if (owners := viewer.owners_where(Deed.PROVE_RIGHTS)) is not None:
        wanted = wanted.where(RightsRequest.owner_id.in_(owners))
    if owner is not None:
        wanted = wanted.where(RightsRequest.owner_id == owner.id)
    if state is not None:
        wanted = wanted.where(RightsRequest.state == state)
    return session.scalars(wanted).all()


def document(session: Session, viewer: Viewer, public: str) -> RightsDocument:
    """Raises `NotThere`."""
    found = session.scalar(select(RightsDocument).where(RightsDocument.public == public))
    if found is None or not viewer.may(Deed.PROVE_RIGHTS, found.owner_id):
        raise NotThere("there is no such document")
    return found


def decide(session: Session, viewer: Viewer, public: str, decision: Decision, reason: str) -> RightsRequest:
    """Approves what was asked for, and has the owner's pictures compared with all others' anew; or refuses it
    with a reason; or takes back what was approved, and then the owner's live brands are in shadow again.

    Raises `NotAllowed`, `NotThere`, `ReasonMissing`, and `ChangedMeanwhile` where it is decided already.
    """
    refuse_unless(viewer, Deed.APPROVE_OWNERS)
    before, after = _STEPS[decision]
    request = session.scalar(
        select(RightsRequest).where(RightsRequest.public == public).with_for_update(of=RightsRequest)
    )
    if request is None:
        raise NotThere("there is no such request")
    if request.state != before:
        raise ChangedMeanwhile("somebody else decided on this request in the meantime; look at it again")
    if decision is not Decision.APPROVE and not reason.strip():
        raise ReasonMissing("say why, so that the owner knows what to do")
    request.state, request.reason = after, reason.strip()[:2_000] or None
    request.decided_by, request.decided_at = viewer.name, datetime.now(UTC)
    session.refresh(request.owner, with_for_update=True)  # no brand goes live in between
    if decision is Decision.APPROVE and not request.owner.verified:
        # They passed while nobody's picture was kept from being used by theirs.
        own = select(Asset).join(Brand, Brand.id == Asset.brand_id).where(Brand.owner_id == request.owner_id)
        for asset in session.scalars(own.where(Asset.state.in_(PASSED))):
            asset.state = AssetState.UPLOADED.value
    if decision is not Decision.REFUSE:
        request.owner.verified = decision is Decision.APPROVE
    if decision is Decision.TAKE_BACK:
        live = select(Brand).where(Brand.owner_id == request.owner_id, Brand.state == BrandState.LIVE)
        for brand in session.scalars(live):
            brand.state = BrandState.SHADOW
    return request
