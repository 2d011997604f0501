using StreamSocial.Cli.Output;

namespace StreamSocial.Unit.Tests.Cli.Output;

public sealed class ResultFileTests
{
    [Fact]
    public async Task WriteAsync_NumberThatIsNotFinite_IsUnknown()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var file = ResultFile.Open(new FileInfo(path)))
                await file.WriteAsync(new { Half = 0.5, Infinite = 1 / 0.0, None = (double?)null, Undefined = (double?)double.NaN }, TestContext.Current.CancellationToken);

            var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal("""{"half":0.5,"infinite":null,"none":null,"undefined":null}""", string.Concat(text.Where(character => !char.IsWhiteSpace(character))));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.125, "0.13")]
    [InlineData(double.PositiveInfinity, "unknown")]
    [InlineData(double.NaN, "unknown")]
    public void Number_ThatIsNotFinite_IsUnknown(double value, string expected) => Assert.Equal(expected, TextFormat.Number(value));
}
