using System.Buffers;
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
            Assert.Throws<InvalidDataException>(() => codec.Read(shortened));
        }

        Assert.Throws<InvalidDataException>(() => codec.Read([.. bytes, 0]));
        bytes[0]++;
        var exception = Assert.Throws<InvalidDataException>(() => codec.Read(bytes));
        Assert.Contains("version 2", exception.Message, StringComparison.Ordinal);
        return read;
    }

    /// <summary>Asserts that randomly damaged input is either read as a value or reported as damaged, with no other exception.</summary>
    public static void SurvivesDamage<T>(ICodec<T> codec, T value, Random random)
    {
        var bytes = Bytes(codec, value);
        for (var round = 0; round < 500; round++)
        {
            var damaged = bytes.ToArray();
            for (var hits = random.Next(1, 4); hits > 0; hits--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                codec.Read(damaged);
            }
            catch (InvalidDataException)
            {
                continue;
            }
        }
    }
}
