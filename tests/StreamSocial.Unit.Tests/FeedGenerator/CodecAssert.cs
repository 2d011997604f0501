using System.Buffers;
using CsCheck;
using StreamSocial.Streams.State;

namespace StreamSocial.Unit.Tests.FeedGenerator;

internal static class CodecAssert
{
    public static byte[] Bytes<T>(ICodec<T> codec, T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Write(value, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Asserts that a value survives a round trip, and that truncated and unknown input is rejected.</summary>
    public static T RoundTrips<T>(ICodec<T> codec, T value)
    {
        var bytes = Bytes(codec, value);
        var read = codec.Read(bytes);
        Assert.Equal(bytes, Bytes(codec, read));
        for (var length = 0; length < bytes.Length; length++)
        {
            var shortened = bytes[..length];
            Assert.Throws<InvalidDataException>(() => codec.Check(shortened));
        }

        Assert.Throws<InvalidDataException>(() => codec.Check([.. bytes, 0]));
        bytes[0]++;
        var exception = Assert.Throws<InvalidDataException>(() => codec.Read(bytes));
        Assert.Contains($"version {bytes[0]}", exception.Message, StringComparison.Ordinal);
        return read;
    }

    /// <summary>Damaged bytes are either still a value or reported as damage; nothing else is thrown, and nothing of them is left in an object that is used again.</summary>
    public static void SurvivesDamage<T>(ICodec<T> codec, T value)
    {
        var bytes = Bytes(codec, value);
        var reused = codec.Read(bytes);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[1, 3].Sample(hits =>
        {
            var damaged = bytes.ToArray();
            foreach (var (index, written) in hits)
                damaged[index] = written;
            try
            {
                (codec as IReusingCodec<T>)?.ReadInto(reused, damaged);
                codec.Check(damaged);
            }
            catch (InvalidDataException)
            {
                // Reported as damage, as it should be.
            }
            if (codec is not IReusingCodec<T> reusing)
                return;
            reusing.ReadInto(reused, bytes);
            Assert.Equal(bytes, Bytes(codec, reused));
        }, iter: 500, threads: 1);
    }
}
