"""`primaries trustee threshold`: make keys of which some of the trustees suffice."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from belenios.ceremony import (
    Ceremony,
    finish,
    make_certificate,
    make_inputs,
    make_output,
    make_polynomial,
    sealed_key,
)
from belenios.channel import Identity
from belenios.encoding import dumps, hex_hash
from belenios.group import Group, get_group
from tools.trustee_files import (
    FOLDER,
    GROUPS,
    INPUT,
    OUTPUT,
    PRIVATE,
    PUBLIC,
    console,
    read_lines,
    read_text,
    refuse_existing,
    refusing,
    write_again,
    write_new,
)

rng = secrets.token_bytes
group_option = click.option("--group", type=click.Choice(GROUPS), default="Ed25519")
folder_option = click.option(
    "--folder", required=True, type=FOLDER, help="The trustee's own folder."
)
certificates_option = click.option(
    "--certificates", required=True, type=INPUT, help="The file of step 2."
)


class Desk:
    """A trustee's folder; which steps are done is told by the files that exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seed = folder / "threshold.key"
        self.group_name = folder / "threshold.group"
        self.certificate = folder / "certificate.json"
        self.certificates = folder / "certificates.jsons"
        self.threshold = folder / "threshold"
        self.polynomial = folder / "polynomial.json"
        self.received = folder / "input.json"
        self.decryption_key = folder / "decryption.key"
        self.output = folder / "output.json"

    def need(self, path: Path, step: int) -> None:
        """Refuse a step that comes too early."""
        if not path.exists():
            raise click.ClickException(f"{path} is missing: step {step} comes first.")

    @property
    def group(self) -> Group:
        """The group chosen in step 1."""
        with refusing(self.group_name):
            return get_group(read_text(self.group_name))

    @property
    def me(self) -> Identity:
        """The trustee whose folder it is."""
        with refusing(self.seed):
            return Identity.of(read_text(self.seed))

    @property
    def ceremony(self) -> Ceremony:
        """The ceremony that this trustee takes part in since step 3."""
        return read_ceremony(self.group, self.certificates)


def read_ceremony(group: Group, path: Path) -> Ceremony:
    """The ceremony of a file of certificates."""
    with refusing(path):
        return Ceremony.parse(group, read_lines(path))


@click.group("threshold")
def threshold() -> None:
    """Make keys together, of which any THRESHOLD trustees will suffice.

    Steps 1, 3 and 5 are each trustee's, in a folder of the trustee's own, offline.
    Steps 2, 4 and 6 gather the trustees' files and hold no secret: anybody may do
    them, and everybody may repeat them. A step that was interrupted is simply run
    again; one that was done says so and changes nothing.
    """


@threshold.command("step1")
@folder_option
@group_option
def step1(*, folder: Path, group: str) -> None:
    """A trustee begins: a seed, which stays, and a certificate, which is sent."""
    desk, show = Desk(folder), console()
    if not desk.group_name.exists():
        write_new(desk.group_name, group, mode=PUBLIC)
    if desk.group.name != group:
        raise click.ClickException(f"{folder} was begun in the group {desk.group.name}")
    if not desk.seed.exists():
        write_new(desk.seed, Identity.generate(rng).seed, mode=PRIVATE)
    if desk.certificate.exists():
        show.print("Step 1 was done before; nothing was changed.")
    else:
        text = make_certificate(desk.group, desk.me, rng)
        write_new(desk.certificate, text, mode=PUBLIC)
    show.print(f"Seed:        {desk.seed}")
    show.print("  Keep it offline, with a copy elsewhere. Steps 3 and 5 and every")
    show.print("  later decryption need it; nobody may ever see it.")
    show.print(f"Certificate: {desk.certificate}")
    show.print(f"  Send this file. Its hash is {file_hash(desk.certificate)}")
    show.print("  Read the hash aloud to the others: it must arrive unchanged.")


@threshold.command("step2")
@group_option
@click.option("--out", required=True, type=OUTPUT)
@click.argument("certificates", nargs=-1, required=True, type=INPUT)
def step2(*, group: str, out: Path, certificates: tuple[Path, ...]) -> None:
    """Gather the trustees' CERTIFICATES in an order that is fixed from now on."""
    show = console()
    refuse_existing([out])
    with refusing("the certificates"):
        ceremony = Ceremony.parse(get_group(group), list(map(read_text, certificates)))
    write_new(out, "".join(f"{text}\n" for text in ceremony.certificates), mode=PUBLIC)
    for number, path in enumerate(certificates, start=1):
        show.print(f"Trustee {number}: {path}, hash {file_hash(path)}")
    show.print(f"Ceremony:  {ceremony.fingerprint}")
    show.print(f"Send {out} to every trustee; all must see the same ceremony.")


@threshold.command("step3")
@folder_option
@certificates_option
@click.option("--threshold", "least", required=True, type=click.IntRange(2))
def step3(*, folder: Path, certificates: Path, least: int) -> None:
    """A trustee deals the shares of a secret among all the trustees."""
    desk, show = Desk(folder), console()
    desk.need(desk.certificate, 1)
    ceremony = read_ceremony(desk.group, certificates)
    if desk.polynomial.exists():
        _refuse_another(desk, ceremony, least)
        show.print("Step 3 was done before; nothing was changed.")
    else:
        with refusing(certificates):
            text = make_polynomial(ceremony, desk.me, least, rng)
        lines = "".join(f"{line}\n" for line in ceremony.certificates)
        write_again(desk.certificates, lines, mode=PUBLIC)
        write_again(desk.threshold, str(least), mode=PUBLIC)
        write_new(desk.polynomial, text, mode=PUBLIC)
    size = len(ceremony.members)
    show.print(f"Ceremony: {ceremony.fingerprint}")
    show.print(f"  Any {least} of the {size} trustees will be able to decrypt.")
    show.print(f"Shares:   {desk.polynomial}")
    show.print("  Send this file. Each share in it is encrypted for one trustee.")


def _refuse_another(desk: Desk, ceremony: Ceremony, least: int) -> None:
    same = desk.ceremony.fingerprint == ceremony.fingerprint
    if not same or read_text(desk.threshold) != str(least):
        raise click.ClickException(
            f"{desk.folder} holds step 3 of another ceremony or threshold; nothing "
            "was changed. A new ceremony needs a new folder."
        )


@threshold.command("step4")
@group_option
@certificates_option
@click.option("--out", required=True, type=FOLDER, help="A new folder.")
@click.argument("polynomials", nargs=-1, required=True, type=INPUT)
def step4(
    *, group: str, certificates: Path, out: Path, polynomials: tuple[Path, ...]
) -> None:
    """Sort the shares of step 3 (POLYNOMIALS, in any order) by who receives them."""
    show = console()
    ceremony = read_ceremony(get_group(group), certificates)
    texts = list(map(read_text, polynomials))
    with refusing("the files of step 3"):
        inputs = make_inputs(ceremony, texts)
    paths = [out / f"input-{number}.json" for number, _ in enumerate(inputs, start=1)]
    gathered = out / "polynomials.jsons"
    refuse_existing([gathered, *paths])
    for number, (path, text) in enumerate(zip(paths, inputs, strict=True), start=1):
        write_new(path, text, mode=PUBLIC)
        show.print(f"Send {path} to trustee {number}.")
    write_new(gathered, "".join(f"{text}\n" for text in texts), mode=PUBLIC)
    show.print(f"Keep {gathered} for step 6.")


@threshold.command("step5")
@folder_option
@click.option("--input", "received", required=True, type=INPUT)
def step5(*, folder: Path, received: Path) -> None:
    """A trustee checks the shares received, and makes the own pair of keys of them."""
    desk, show = Desk(folder), console()
    desk.need(desk.polynomial, 3)
    text = read_text(received)
    if desk.output.exists():
        if read_text(desk.received) != text:
            raise click.ClickException(
                f"{folder} holds step 5 with another input; nothing was changed."
            )
        show.print("Step 5 was done before; nothing was changed.")
    else:
        _confirm(desk, text, received)
    show.print(f"Key:    {desk.decryption_key}")
    show.print(f"  Keep it beside {desk.seed.name}: decrypting needs both.")
    show.print(f"Output: {desk.output}")
    show.print("  Send this file. Every share was checked against what its sender")
    show.print("  published, and fits.")


def _confirm(desk: Desk, text: str, received: Path) -> None:
    with refusing(received):
        output = make_output(desk.ceremony, desk.me, text, rng)
    write_again(desk.received, text, mode=PUBLIC)
    write_again(desk.decryption_key, sealed_key(output), mode=PRIVATE)
    write_new(desk.output, output, mode=PUBLIC)


@threshold.command("step6")
@group_option
@certificates_option
@click.option("--polynomials", required=True, type=INPUT, help="The file of step 4.")
@click.option("--out", required=True, type=OUTPUT)
@click.argument("outputs", nargs=-1, required=True, type=INPUT)
def step6(
    *,
    group: str,
    certificates: Path,
    polynomials: Path,
    out: Path,
    outputs: tuple[Path, ...],
) -> None:
    """Put the OUTPUTS of step 5 together as the board will show them."""
    show = console()
    refuse_existing([out])
    ceremony = read_ceremony(get_group(group), certificates)
    with refusing("the files of steps 3 and 5"):
        texts = list(map(read_text, outputs))
        outcome = finish(ceremony, read_lines(polynomials), texts)
    write_new(out, dumps(outcome.item), mode=PUBLIC)
    pedersen = outcome.pedersen
    show.print(f"Any {pedersen.threshold} of {len(pedersen.members)} can decrypt.")
    show.print(f"Joint key: {ceremony.group.encode(pedersen.public_key)}")
    show.print(f"Put {out} into the list of trustees (primaries trustee list),")
    show.print("then hold a fire drill (primaries trustee drill).")


def file_hash(path: Path) -> str:
    """The hash of a file's text, to be compared by reading it aloud."""
    return hex_hash(read_text(path).encode())
