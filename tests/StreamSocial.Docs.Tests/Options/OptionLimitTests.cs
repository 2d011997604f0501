using System.Globalization;

namespace StreamSocial.Docs.Tests.Options;

/// <summary>Each option keeps what its document says: the default, and the limits when a program starts.</summary>
public sealed class OptionLimitTests
{
    public static TheoryData<string> All => [.. OptionCatalog.All.Select(option => option.Key).Distinct()];

    public static TheoryData<string> Limited => [.. OptionCatalog.All.Where(option => option.Value.HasLimits).Select(option => option.Key)];

    [Theory]
    [MemberData(nameof(All))]
    public void Option_OfAnyProgram_IsDocumentedWithItsDefault(string key)
    {
        var option = OptionCatalog.All.First(option => option.Key == key);

        Assert.NotEmpty(option.Meaning);
        Assert.True(option.Value.Default.Length > 0, $"{key} has no <value>Default …</value>.");
        var documented = option.Value.Default;
        switch (option.OwnDefault)
        {
            case null or "" or System.Collections.ICollection:
                Assert.True(DocumentedValue.ParseNumber(documented) is null, $"{key} has no value, and its document says {documented}.");
                break;
            case bool flag:
                Assert.Equal(flag ? "true" : "false", documented);
                break;
            case Enum or string when documented.StartsWith("the ", StringComparison.Ordinal):
                break;
            case Enum or string:
                Assert.StartsWith($"`{option.OwnDefault}`", documented, StringComparison.OrdinalIgnoreCase);
                break;
            default:
                Assert.Equal(ToNumber(option.OwnDefault), DocumentedValue.ParseNumber(documented));
                break;
        }
    }

    [Fact]
    public void NumberOrDuration_OfAnyProgram_HasDocumentedLimits()
    {
        var silent = OptionCatalog.All.Where(option => option.IsNumeric && !option.Value.HasLimits && option.Value.Range != "any").Select(option => option.Key);

        Assert.Empty(silent);
    }

    [Theory]
    [MemberData(nameof(Limited))]
    public void Option_AtItsLimit_IsAccepted(string key)
    {
        var option = OptionCatalog.All.First(option => option.Key == key && option.Value.HasLimits);
        foreach (var value in Allowed(option))
            Assert.True(StartValidation.Check(option, value) is not { } refusal, $"{key}={value} was refused: {StartValidation.Check(option, value)}");
    }

    [Theory]
    [MemberData(nameof(Limited))]
    public void Option_BeyondItsLimit_IsRefusedByName(string key)
    {
        var option = OptionCatalog.All.First(option => option.Key == key && option.Value.HasLimits);
        foreach (var value in Refused(option))
        {
            var refusal = StartValidation.Check(option, value);
            Assert.True(refusal is not null, $"{key}={value} was accepted; its document says {option.Value.Range}.");
            Assert.Contains(option.Property.Name, refusal, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Allowed(Option option)
    {
        foreach (var choice in option.Value.Choices)
            yield return ToText(option, choice);
        if (option.Value.Minimum is { } minimum)
            yield return option.Value.MinimumIsExclusive ? Next(option, Resolve(option, minimum), 1) : ToText(option, Resolve(option, minimum));
        if (option.Value.Maximum is { } maximum)
            yield return ToText(option, Resolve(option, maximum));
    }

    private static IEnumerable<string> Refused(Option option)
    {
        foreach (var choice in option.Value.Choices)
        {
            foreach (var neighbour in new[] { choice - 1, choice + 1 }.Except(option.Value.Choices))
                yield return ToText(option, neighbour);
        }
        if (option.Value.Minimum is { } minimum)
            yield return option.Value.MinimumIsExclusive ? ToText(option, Resolve(option, minimum)) : Next(option, Resolve(option, minimum), -1);
        if (option.Value.Maximum is { } maximum)
            yield return Next(option, Resolve(option, maximum), 1);
    }

    /// <summary>A limit that is another option is tested at that option's default.</summary>
    private static decimal Resolve(Option option, Bound bound)
    {
        if (bound.OtherOption is null)
            return bound.Number;
        var other = OptionCatalog.All.First(other => other.Root == option.Root && other.Property.Name == bound.OtherOption);
        return ToNumber(other.Default!);
    }

    private static string Next(Option option, decimal value, int direction)
    {
        if (option.Type != typeof(double))
            return ToText(option, value + direction);
        var number = (double)value;
        return (direction > 0 ? Math.BitIncrement(number) : Math.BitDecrement(number)).ToString("R", CultureInfo.InvariantCulture);
    }

    private static string ToText(Option option, decimal value) => option.Type == typeof(TimeSpan)
        ? new TimeSpan((long)value).ToString("c", CultureInfo.InvariantCulture)
        : value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static decimal ToNumber(object value) =>
        value is TimeSpan duration ? duration.Ticks : Convert.ToDecimal(value, CultureInfo.InvariantCulture);
}
