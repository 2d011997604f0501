using System.Text;
using CsCheck;
using StreamSocial.FeedGenerator.Codecs;

namespace StreamSocial.Unit.Tests.FeedGenerator.Codecs;

public sealed class Utf8OrderTests
{
    [Fact]
    public void Compare_AnyTexts_IsTheOrderOfUtf16()
    {
        var text = Gen.OneOf([.. new[] { "a", "b", "\u00E9", "\uD7FF", "\uE000", "\uFFFD", "😀", "𐀀", new string('x', 200) }.Select(Gen.Const)]).Array[0, 3].Select(string.Concat);
        Gen.Select(text, text).Sample((left, right) =>
        {
            var order = Utf8Order.Compare(Utf8Order.Encode(left, new byte[8]), Utf8Order.Encode(right, new byte[Utf8Order.StackBytes]));
            Assert.Equal(Math.Sign(string.CompareOrdinal(left, right)), Math.Sign(order));
            Assert.Equal(Encoding.UTF8.GetBytes(left), Utf8Order.Encode(left, new byte[8]));
        }, iter: 2_000);
    }
}
