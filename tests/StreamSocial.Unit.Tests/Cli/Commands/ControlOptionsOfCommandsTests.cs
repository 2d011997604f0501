using System.CommandLine;
using StreamSocial.Cli.Commands;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class ControlOptionsOfCommandsTests
{
    [Theory]
    [InlineData("localhost:5000")]
    [InlineData("ftp://localhost:5000")]
    [InlineData("nowhere")]
    public void Address_VariableThatIsNone_IsAnErrorThatNamesIt(string value)
    {
        var (parsed, _, variable) = Parse(value);
        Assert.Contains($"{variable} is '{value}'", Assert.Single(parsed.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_VariableThatIsNone_IsNotReadWhereTheOptionIsGiven()
    {
        var (parsed, option, _) = Parse("localhost:5000", "--at", "http://host:1");
        Assert.Empty(parsed.Errors);
        Assert.Equal(new Uri("http://host:1"), parsed.GetValue(option));
    }

    [Theory]
    [InlineData("http://host:1/path", "http://host:1")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Address_OtherVariables_AreTheAddressWithoutItsPath(string? value, string? address)
    {
        var (parsed, option, _) = Parse(value);
        Assert.Empty(parsed.Errors);
        Assert.Equal(address is null ? null : new Uri(address), parsed.GetValue(option));
    }

    private static (ParseResult Parsed, Option<Uri?> Option, string Variable) Parse(string? value, params string[] line)
    {
        // Of this test alone, since the environment is everybody's.
        var variable = $"StreamSocialTest_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, value);
        try
        {
            var option = ControlOptionsOfCommands.Address("--at", "Where.", variable);
            return (new RootCommand { option }.Parse(line), option, variable);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }
}
