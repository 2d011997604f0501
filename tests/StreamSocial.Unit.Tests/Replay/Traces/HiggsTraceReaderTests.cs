using System.IO.Compression;
using System.Text;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Unit.Tests.Replay.Traces;

public sealed class HiggsTraceReaderTests
{
    private const string TwoLines = "223789 213163 1341100972 MT\n376989 50329 1341101181 RT\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadLines_PlainOrCompressed_GivesTheSameLines(bool compressed)
    {
        using var reader = Reader(compressed ? Compress(TwoLines) : Encoding.ASCII.GetBytes(TwoLines));

        var lines = reader.ReadLines().ToList();

        Assert.Equal(
            [new(1, 223789, 213163, 1341100972, HiggsInteraction.Mention), new(2, 376989, 50329, 1341101181, HiggsInteraction.Retweet)],
            lines);
        Assert.Equal(1, reader.FractionRead);
    }

    [Theory]
    [InlineData("1 2 3")]
    [InlineData("1 2 3 RT more")]
    [InlineData("1 2 three RT")]
    [InlineData("1 2 3 XX")]
    [InlineData("-1 2 3 RT")]
    public void ReadLines_BadLine_NamesFileLineAndContent(string bad)
    {
        using var reader = Reader(Encoding.ASCII.GetBytes(TwoLines + bad + "\n"));

        var e = Assert.Throws<TraceFormatException>(() => reader.ReadLines().Count());

        Assert.Contains("trace.txt, line 3", e.Message, StringComparison.Ordinal);
        Assert.Contains($"'{bad}'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadLines_CompressedDataDamaged_SaysSo()
    {
        var bytes = Compress(string.Concat(Enumerable.Repeat(TwoLines, 20_000)));
        bytes.AsSpan(bytes.Length / 2, 8).Fill(0xff);
        using var reader = Reader(bytes);

        var e = Assert.Throws<TraceFormatException>(() => reader.ReadLines().Count());

        Assert.Contains("trace.txt, line", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadLines_EmptyLines_AreSkippedButCounted()
    {
        using var reader = Reader(Encoding.ASCII.GetBytes("1 2 3 RT\n\n4 5 6 RE\n"));

        Assert.Equal([1, 3], reader.ReadLines().Select(line => line.Number));
    }

    private static HiggsTraceReader Reader(byte[] bytes) => new(new MemoryStream(bytes), "trace.txt");

    private static byte[] Compress(string text)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(Encoding.ASCII.GetBytes(text));
        return output.ToArray();
    }
}
