"""Import contracts of our own."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

type Walk = tuple[str, str]


class PrivateRooms(Contract):
    """Some rooms of a context (views, forms, tasks) open to that context only."""

    type_name = "private_rooms"
    root: str = fields.StringField()  # type: ignore[assignment]
    rooms: frozenset[str] = fields.SetField(subfield=fields.StringField())  # type: ignore[assignment]
    shared_by: frozenset[str] = fields.SetField(subfield=fields.StringField())  # type: ignore[assignment]
    open_floors: frozenset[str] = fields.SetField(subfield=fields.StringField(), required=False)  # type: ignore[assignment]

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001, ARG002 - import-linter's own
        """Find imports of a room from outside its context."""
        broken: list[Walk] = [
            (importer, imported)
            for context in graph.find_children(self.root) - (self.open_floors or set())
            for room in self.rooms
            for imported in modules_of_room(graph, context, room)
            for importer in graph.find_modules_that_directly_import(imported)
            if not importer.startswith((f"{context}.", *self.shared_by)) and ".tests." not in importer
        ]
        return ContractCheck(kept=not broken, metadata={"broken": sorted(broken)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name every walk."""
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"- {importer} walks into {imported}")


class PureRooms(Contract):
    """Some rooms (rules, formats) import nothing of a list, neither themselves nor through another of our modules."""

    type_name = "pure_rooms"
    root: str = fields.StringField()  # type: ignore[assignment]
    rooms: frozenset[str] = fields.SetField(subfield=fields.StringField())  # type: ignore[assignment]
    banned: frozenset[str] = fields.SetField(subfield=fields.StringField())  # type: ignore[assignment]

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001, ARG002 - import-linter's own
        """Follow every import of the rooms, step by step."""
        present = sorted(self.banned & graph.modules)
        pure = sorted(
            module
            for context in graph.find_children(self.root)
            for room in self.rooms
            for module in modules_of_room(graph, context, room)
            if ".tests" not in module
        )
        broken = [
            chain
            for module in pure
            for banned in present
            if (chain := graph.find_shortest_chain(importer=module, imported=banned)) is not None
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name every chain from a pure module to what it must not know."""
        for chain in check.metadata["broken"]:
            output.print_error(f"- {' → '.join(chain)}")


def modules_of_room(graph: ImportGraph, context: str, room: str) -> set[str]:
    """Return the room's module and those inside it; empty where the context has no such room."""
    package = f"{context}.{room}"
    if package not in graph.modules:
        return set()
    return {package} | graph.find_descendants(package)
