"""What a run may use and how far it may go: chosen by the user, fixed when the run starts, kept in its folder."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agent.shown import shown_url
from fusion.images import MAX_PIXELS
from fusion.regions import SeenPicture
from tools.workspace import ToolSettings

MOST = 1_000_000_000  # of calls or seconds: no limit at all, and still a number in JSON


class Limits(BaseModel):
    """Budgets of a run; reaching one ends the run politely with the best result so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attempts: int = Field(3, ge=1, le=20)  # per step
    model_calls: int = Field(120, ge=1, le=MOST)
    tool_calls: int = Field(120, ge=1, le=MOST)
    seconds: float = Field(3600.0, gt=0, le=MOST)
    seconds_per_call: float = Field(300.0, gt=0, le=MOST)


class Settings(BaseModel):
    """Everything about a run that is not its pictures or its words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    llm: str = "embedded"
    model: str | None = None
    adapter: Path | None = None
    regions: str = "auto"
    grounding_model: str | None = None
    segmentation_model: str | None = None
    grounding_picture: SeenPicture = "fused"
    masks: dict[str, Path] = Field(default_factory=dict)
    device: str = "auto"
    preset: str = "default"
    weights: Path | None = None
    seed: int = 0
    max_pixels: int = Field(MAX_PIXELS, ge=256)
    align: bool = False
    ask: bool = False  # a person is there to be asked
    limits: Limits = Field(default_factory=Limits)

    @property
    def server(self) -> str:
        """What ``llm`` says, without passwords and keys in the address of a server."""
        return shown_url(self.llm)

    def as_json(self) -> dict[str, Any]:
        """For what is written down and passed on: without those."""
        return self.model_dump(mode="json") | {"llm": self.server}

    def for_tools(self) -> ToolSettings:
        """The part that the tools need."""
        return ToolSettings(
            device=self.device,
            preset=self.preset,
            weights=self.weights,
            regions=self.regions,
            grounding_model=self.grounding_model,
            segmentation_model=self.segmentation_model,
            grounding_picture=self.grounding_picture,
            masks=self.masks,
            seed=self.seed,
            max_pixels=self.max_pixels,
            align=self.align,
            seconds_per_call=self.limits.seconds_per_call,
        )
