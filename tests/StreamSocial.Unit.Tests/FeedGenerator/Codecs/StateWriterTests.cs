using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;

namespace StreamSocial.Unit.Tests.FeedGenerator.Codecs;

public sealed class StateWriterTests
{
    /// <summary>However little room the output gives at a time, what is read is what was written.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(4_096)]
    public void Write_IntoAnyRoom_IsRead(int room)
    {
        string[] texts = ["", "a", new('b', 42), new('c', 43), new('é', 63), new('d', 126), new('e', 20_000), "😀"];
        var output = new StingyOutput(room);
        var writer = new StateWriter(output);
        writer.Byte(1);
        foreach (var text in texts)
            writer.String(text);
        writer.Unsigned(ulong.MaxValue);
        writer.Signed(long.MinValue);
        writer.Fixed64(-2);
        writer.Double(double.Epsilon);
        writer.Fixed128s([UInt128.MaxValue, 3, UInt128.MinValue]);
        writer.Bytes([]);
        writer.Bytes([7, 8, 9]);
        writer.Dispose();
        writer.Dispose();

        var reader = new StateReader(output.Written, "test");
        Assert.Equal(1, reader.Byte());
        foreach (var text in texts)
            Assert.Equal(text, reader.String());
        Assert.Equal(ulong.MaxValue, reader.Unsigned());
        Assert.Equal(long.MinValue, reader.Signed());
        Assert.Equal(-2, reader.Fixed64());
        Assert.Equal(double.Epsilon, reader.Double());
        Assert.Equal([UInt128.MaxValue, 3, UInt128.MinValue], reader.Fixed128s());
        Assert.Equal([7, 8, 9], reader.Rest().ToArray());
    }

    /// <summary>Gives no more room than it must, or a little more.</summary>
    private sealed class StingyOutput(int more) : IBufferWriter<byte>
    {
        private readonly List<byte> _written = [];
        private byte[] _room = [];

        public byte[] Written => [.. _written];

        public void Advance(int count) => _written.AddRange(_room.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _room = new byte[Math.Max(1, sizeHint + more)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
