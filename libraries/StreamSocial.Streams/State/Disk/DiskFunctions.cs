using FASTER.core;

namespace StreamSocial.Streams.State.Disk;

/// <summary>Plain bytes in, plain bytes out.</summary>
internal sealed class DiskFunctions : SpanByteFunctions<Empty>;
