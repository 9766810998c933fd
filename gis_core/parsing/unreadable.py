class Unreadable(Exception):
    """The file cannot be parsed; `code` is a key of the sentences in `gis_core.reading.errors`."""

    def __init__(self, code: str, feature: int | None = None, detail: str = ""):
        super().__init__(code)
        self.code, self.feature, self.detail = code, feature, detail
