"""Generic possible causes and next actions by kind of anomaly: said as possible, never as found."""

from __future__ import annotations

# After "A possible cause is ": each is worded so that it fits any object or machine.
CAUSES: dict[str, tuple[str, ...]] = {
    "spike": ("a short burst of load", "a one-off event in the process", "a disturbance of the sensor"),
    "dip": ("a short interruption of the supply or the process", "a momentary loss of the signal"),
    "level shift": (
        "a change of the operating point or of a setting",
        "a changed load",
        "a sensor that was moved or recalibrated",
    ),
    "drift": (
        "slow wear, a leak or fouling",
        "a sensor that loses its calibration",
        "a slow change of the surroundings",
    ),
    "flat line": ("a stuck or disconnected sensor", "a logger that repeats its last value"),
    "change of period": ("a changed speed or schedule of the process", "a changed sampling of the signal"),
    "change of variance": ("a loose part or an unstable control loop", "electrical interference with the sensor"),
    "missing data": ("a lost connection between sensor and logger", "a restart of the logger"),
    "unusual pattern": (
        "a change in the order of events in the process",
        "a mode of operation that the normal data lack",
    ),
    "brighter": ("a reflection, a scratch or missing paint", "foreign material on the surface"),
    "darker": ("dirt, a stain, a hole or a burn", "a shadow that the normal images lack"),
    "colour shift": ("contamination or a wrong material", "a changed light source or white balance"),
    "texture change": ("a damaged or worn surface", "foreign material on the surface"),
    "missing part": ("a part that was left out or broken off", "a part that something hides"),
    "unsupported words": ("a wrong word in the text", "an image of another item"),
    "unrelated text": ("a text that belongs to another image", "an image of another item"),
    "extra part": ("foreign material", "a part that was mounted in the wrong place"),
}

IMAGE_ACTION = "Inspect the place of {region} on the object and compare it with a normal example."
PAIR_ACTION = "Compare the words of {region} with the image, and correct the text or exchange the image."
SERIES_ACTION = "Check what happened {time}, and compare it with the log of events."
ACTIONS: dict[str, str] = {
    "flat line": "Check the sensor{channel}, its connection and its wiring.",
    "missing data": "Check the connection of the sensor{channel} and the recording of the data.",
    "drift": "Calibrate the sensor{channel} again and watch the next values.",
    "level shift": "Check whether a setting{channel} or the load was changed{at_start}.",
    "spike": "Check the event log{at_peak} and repeat the measurement{channel}.",
    "dip": "Check the event log{at_peak} and repeat the measurement{channel}.",
    "brighter": "Check the lighting, and record the image again to confirm {region}.",
    "darker": "Check the lighting, and record the image again to confirm {region}.",
    "colour shift": "Check the light source and the camera settings, and record the image again.",
}
FEW_NORMALS_ACTION = "Collect {more}normal {samples} and run the analysis again."
NORMAL_ACTION = "Keep the {sample} as another normal example for comparing."
UNDECIDED_ACTION = "Inspect the {sample} by eye."
DOUBTFUL_ACTION = "Inspect the {sample} before relying on the verdict."
