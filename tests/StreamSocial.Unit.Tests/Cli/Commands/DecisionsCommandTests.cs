using System.Text.Json;
using StreamSocial.Cli.Commands.Scaling;
using StreamSocial.Cli.Output;
using StreamSocial.Scaling;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class DecisionsCommandTests
{
    [Fact]
    public async Task ToJson_OfADecision_IsAnObjectInTheResultFile()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var result = ResultFile.Open(new FileInfo(path)))
            {
                ScalingDecision[] decisions = [new() { DecisionId = "d", Reason = "it is late" }];
                await result.WriteAsync(decisions.Select(DecisionsCommand.ToJson), TestContext.Current.CancellationToken);
            }
            using var document = JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
            Assert.Equal("it is late", Assert.Single(document.RootElement.EnumerateArray()).GetProperty("reason").GetString());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
