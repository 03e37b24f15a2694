from collections.abc import Sequence

from llvmlite import ir

def pack_array(builder: ir.IRBuilder, values: Sequence[ir.Value]) -> ir.Value: ...
