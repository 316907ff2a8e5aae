"""How much one item may cost before it is given up, as one value handed down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings for one item; an item that passes one is quarantined, never cut silently."""

    time_s: float = 60.0  # the slowest honest file of 2,700 measured takes under 10 s on one core
    ocr_time_s: float = 240.0  # a dense page takes 5 to 15 s on an idle core, four readings at worst, and cores are shared
    memory_mb: int = 2048  # address space above what the worker needs to start
    max_bytes: int = 200_000_000  # larger files are data sets or video, not documents
    max_output_chars: int = 20_000_000  # about 3 million words, the longest honest book times five
    max_children: int = 2_000
    max_child_bytes: int = 500_000_000  # all children of one item together
    max_depth: int = 4  # a mail in a mail in a zip in a mail
    max_pages: int = 2_000
    max_ratio: int = 200  # output to input of an archive; honest text packs at most about 20:1
    max_table_rows: int = 5_000  # a sheet beyond this is data, not writing
