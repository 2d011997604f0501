using System.CommandLine;
using System.Globalization;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary>An option that names numbers of replicas, one after the other.</summary>
internal static class StepsOption
{
    private const int Most = 16;

    public static Option<int[]> Create(string description, params int[] defaults) => new("--steps")
    {
        Description = $"{description}; default {string.Join(',', defaults)}.",
        HelpName = "N,N,...",
        DefaultValueFactory = _ => defaults,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            var steps = text.Split(',').Select(step => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
            if (steps.Length >= 2 && steps.All(step => step is >= 1 and <= Most) && steps.Zip(steps.Skip(1)).All(pair => pair.First != pair.Second))
                return steps;
            result.AddError($"--steps is '{text}'; give two or more numbers from 1 to {Most}, each other than the one before it, such as 1,2,4,3,1.");
            return [];
        },
    };
}
