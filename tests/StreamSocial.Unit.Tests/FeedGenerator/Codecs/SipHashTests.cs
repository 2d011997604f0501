using StreamSocial.FeedGenerator.Codecs;

namespace StreamSocial.Unit.Tests.FeedGenerator.Codecs;

public sealed class SipHashTests
{
    /// <summary>The vectors of its authors: the key is the bytes 0 to 15, the input those from 0 on.</summary>
    [Theory]
    [InlineData(0, 0x726FDB47DD0E0E31)]
    [InlineData(1, 0x74F839C593DC67FD)]
    [InlineData(8, 0x93F5F5799A932462)]
    [InlineData(15, 0xA129CA6149BE45E5)]
    public void Of_VectorsOfItsAuthors_IsTheirs(int length, ulong expected) =>
        Assert.Equal(expected, SipHash.Of([.. Enumerable.Range(0, length).Select(i => (byte)i)], 0x0706050403020100, 0x0F0E0D0C0B0A0908));
}
