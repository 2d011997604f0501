using System.Buffers;

namespace StreamSocial.Streams.State.Disk;

/// <summary>Bytes read from the disk log; dispose them to give the memory back.</summary>
internal readonly struct DiskValue(IMemoryOwner<byte> memory, int length) : IDisposable
{
    public ReadOnlySpan<byte> Span => memory.Memory.Span[..length];

    public void Dispose() => memory.Dispose();
}
