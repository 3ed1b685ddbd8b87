"""What a run may use and how far it may go: chosen by the user, fixed when the run starts, kept in its folder.

A field says all there is to say about a setting: type, default, bounds and, in its description, what it is for. The
options of the command line are made from that (``wordfuse.cli.options.build``).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wordfuse.agent.telling.shown import shown_url
from wordfuse.fusion.choices import MAX_PIXELS, SeenPicture
from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.temperatures.reading import LEAST_EMISSIVITY, Reading, reading_of

if TYPE_CHECKING:
    from wordfuse.tools.store.workspace import ToolSettings

MOST = 1_000_000_000  # of calls or seconds: no limit at all, and still a number in JSON


class Limits(BaseModel):
    """Budgets of a run; reaching one ends the run politely with the best result so far."""

    # Made ready to check at first use: the command line reads only what the fields say, and should not wait.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    attempts: int = Field(3, ge=1, le=20, description="Attempts per step.")
    model_calls: int = Field(120, ge=1, le=MOST, description="Budget of the whole run.")
    tool_calls: int = Field(120, ge=1, le=MOST, description="Budget of the whole run.")
    seconds: float = Field(3600.0, gt=0, le=MOST, description="Budget of the whole run.")
    seconds_per_call: float = Field(
        300.0, gt=0, le=MOST, description="An edit that takes longer ends with what it reached."
    )


class Settings(BaseModel):
    """Everything about a run that is not its pictures or its words."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    llm: str = Field("embedded", description="'embedded', or the URL of an OpenAI-compatible server.")
    model: str | None = Field(None, description="Embedded: directory or hub id of a LLaMA. Server: the name it serves.")
    adapter: Path | None = Field(None, description="Another adapter for the embedded model.")
    regions: str = Field("auto", description="auto, embedded, seconded, pixels, grounding-dino or original.")
    grounding_model: str | None = Field(
        None, description="GroundingDINO: directory or hub id; original: its checkpoint."
    )
    segmentation_model: str | None = Field(None, description="SAM: directory, hub id or sam_vit_*.pth.")
    grounding_picture: SeenPicture = Field("fused", description="What GroundingDINO looks at; union: all three.")
    masks: dict[str, Path] = Field(
        default_factory=dict, description="A mask of your own, by the name your words will use."
    )
    device: str = Field("auto", description="auto, cpu, cuda or cuda:N.")
    preset: str = Field(
        "default",
        description="How pairs are fused: default, or a network: metric, terf (the paper's), ldfusion, mgfusion.",
    )
    weights: Path | None = Field(None, description="Weights of your own for the network of --preset (safetensors).")
    infrared: float | None = Field(
        None, ge=0, le=1, description="Share of infrared: 0 visible, 1 infrared; default: chosen from the pair."
    )
    doubt: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Ask back where the words hardly speak of what a served model planned: 0 never, 1 always.",
    )
    seed: int = Field(0, ge=0, le=2**32 - 1, description="Same seed, same result on one machine.")
    max_pixels: int = Field(MAX_PIXELS, ge=256, description="Refuse larger pictures.")
    align: bool = Field(False, description="Move, turn and scale the infrared picture onto the visible one first.")
    temperature_scale: str | None = Field(
        None, description="A,B: degrees C are A * count + B; none: it holds no temperatures; default: found out."
    )
    emissivity: float | None = Field(
        None, ge=LEAST_EMISSIVITY, le=1, description="Correct temperatures for what is looked at; default: the file's."
    )
    reflected: float | None = Field(
        None, description="With it: what the surface reflects, degrees C; default: the file's, or 20."
    )
    ask: bool = Field(False, description="Whether a person is there to be asked.")
    limits: Limits = Field(default_factory=Limits, description="How far it may go.")

    @property
    def server(self) -> str:
        """What ``llm`` says, without passwords and keys in the address of a server."""
        return shown_url(self.llm)

    @property
    def private(self) -> bool:
        """Whether ``llm`` holds what must not be shown, so that a file with it is for the user alone."""
        return self.server != self.llm

    @property
    def reading(self) -> Reading:
        """How the infrared file's numbers are to be read as temperatures.

        Raises:
            InputError: as it is said, they cannot be.
        """
        return reading_of(self.temperature_scale, self.emissivity, self.reflected)

    def of_frame(self, *, ask: bool, align: bool) -> "Settings":
        """Those for a frame of a film, whose temperatures are read with the film."""
        told = {"temperature_scale": None, "emissivity": None, "reflected": None}
        return self.model_copy(update=told | {"ask": ask, "align": align})

    def as_json(self) -> dict[str, Any]:
        """For what is written down and passed on: without those."""
        return self.model_dump(mode="json") | {"llm": self.server}

    def for_tools(self) -> "ToolSettings":
        """The part that the tools need."""
        from wordfuse.tools.store.workspace import ToolSettings

        return ToolSettings(
            device=self.device,
            preset=self.preset,
            weights=self.weights,
            infrared=self.infrared,
            regions=self.regions,
            grounding_model=self.grounding_model,
            segmentation_model=self.segmentation_model,
            grounding_picture=self.grounding_picture,
            masks=self.masks,
            seed=self.seed,
            max_pixels=self.max_pixels,
            align=self.align,
            reading=self.reading,
            seconds_per_call=self.limits.seconds_per_call,
        )


def build_settings(**chosen: Any) -> Settings:
    """Settings from options, every one of them checked.

    Raises:
        InputError: a value that is unknown or out of range, or weights that cannot be loaded.
    """
    from wordfuse.fusion.device import check_device
    from wordfuse.fusion.fusing import Fuser
    from wordfuse.fusion.regions import BACKENDS

    if chosen.get("weights") is not None:
        chosen["weights"] = chosen["weights"].resolve()  # a run may be resumed from another folder
    try:
        settings = Settings(**chosen)
    except ValidationError as error:
        first, *others = (
            (_argument(one["loc"]), "unknown" if one["type"] == "extra_forbidden" else one["msg"])
            for one in error.errors()
        )
        more = (f"{argument_named(name)}: {said}" for name, said in others)
        raise InputError("; ".join([first[1], *more]), argument=first[0]) from error
    if settings.regions not in BACKENDS:
        raise InputError(
            "unknown", argument="regions", subject=settings.regions, remedy=f"choose one of {', '.join(BACKENDS)}"
        )
    _ = settings.reading
    # Kept for the tools; here, so that unusable weights are refused before a folder is made.
    check_device(settings.device)
    Fuser(settings.preset, settings.weights, settings.device).check()
    return settings


def _argument(loc: tuple[int | str, ...]) -> str:
    """The argument at a place in the settings: a limit by its own name, everything else by the setting's."""
    return str(loc[1] if loc[0] == "limits" and len(loc) > 1 else loc[0])
