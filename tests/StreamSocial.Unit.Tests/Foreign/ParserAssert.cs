using CsCheck;

namespace StreamSocial.Unit.Tests.Foreign;

/// <summary>What every parser of foreign bytes promises: a value or its declared error, in bounded memory.</summary>
internal static class ParserAssert
{
    /// <summary>A parser may take this much whatever it reads, and this many bytes for each byte of the input.</summary>
    private const long FixedBytes = 256 * 1024;

    private const long BytesPerByte = 200;

    /// <summary>Bytes that a length prefix of 2 GB begins, in the encodings that are used here.</summary>
    private static readonly byte[][] HugeLengths = [[0x0a, 0xff, 0xff, 0xff, 0xff, 0x07], [1, 0xff, 0xff, 0xff, 0xff, 0x07], [2, 0xff, 0xff, 0xff, 0xff, 0x07], [0x7f, 0xff, 0xff, 0xff]];

    /// <summary>Arbitrary bytes, and good ones that were cut, overwritten, lengthened or joined.</summary>
    public static Gen<byte[]> BytesLike(params byte[][] good)
    {
        byte[][] known = [.. good, .. HugeLengths, []];
        var seeds = Gen.Int[0, known.Length - 1].Select(index => known[index]);
        var hits = Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[0, 4];
        var mutated = Gen.Select(seeds, hits, Gen.Int[0, 10_000], Gen.Byte.Array[0, 8], (seed, changes, cut, tail) =>
        {
            var bytes = seed.ToArray();
            foreach (var (at, value) in changes)
            {
                if (bytes.Length > 0)
                    bytes[at % bytes.Length] = value;
            }
            return (byte[])[.. cut % 3 == 0 && bytes.Length > 0 ? bytes[..(cut % bytes.Length)] : bytes, .. tail];
        });
        return Gen.OneOf(Gen.Byte.Array[0, 200], mutated);
    }

    /// <summary>Parses many inputs.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="parse">Parses one; what it throws must be declared.</param>
    /// <param name="isDeclared">Whether an error is one that the parser declares.</param>
    /// <param name="iterations">How many inputs.</param>
    public static void Holds(Gen<byte[]> inputs, Action<byte[]> parse, Func<Exception, bool> isDeclared, int iterations = 5_000)
    {
        // What is made once is not the parser's cost.
        Try(parse, [], isDeclared);
        inputs.Sample(
            bytes =>
            {
                var allocated = Measure(bytes);
                // The first error of a kind brings its texts and its type's code: that is not the parser's cost either.
                if (allocated > FixedBytes)
                    allocated = Measure(bytes);
                Assert.True(allocated <= FixedBytes + (BytesPerByte * bytes.Length), $"{allocated:N0} bytes were allocated for {bytes.Length}.");
            },
            iter: iterations,
            print: Convert.ToHexString);

        long Measure(byte[] bytes)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Try(parse, bytes, isDeclared);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static void Try(Action<byte[]> parse, byte[] bytes, Func<Exception, bool> isDeclared)
    {
        try
        {
            parse(bytes);
        }
        catch (Exception e) when (isDeclared(e))
        {
            // Said as declared.
        }
    }
}
