using System.CommandLine;
using System.CommandLine.Parsing;
using StreamSocial.Control;

namespace StreamSocial.Cli.Commands;

/// <summary>Options of the commands that ask the control plane; each call makes a new one.</summary>
internal static class ControlOptionsOfCommands
{
    private const string ControlVariable = "Scale__Endpoint";
    private const string TokenVariable = "Scale__Token";

    public static Option<Uri?> Control() =>
        Address("--control", $"Address of the AppHost's control server, as printed at its start; default from {ControlVariable}.", ControlVariable);

    public static Option<string?> Token()
    {
        var option = new Option<string?>("--token")
        {
            Description = $"The control token, as the AppHost or the autoscaler prints it at its start; default from {TokenVariable}.",
            HelpName = "TOKEN",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } known ? known : null,
        };
        option.Validators.Add(result =>
        {
            // Such as the end of a line of a file that it was read from; no header takes it.
            if (result.GetValueOrDefault<string?>()?.Any(char.IsControl) == true)
                result.AddError($"The control token, from --token or {TokenVariable}, has a control character, such as the end of a line.");
        });
        return option;
    }

    /// <summary>An address without its path, by default from an environment variable.</summary>
    public static Option<Uri?> Address(string name, string description, string variable) => new(name)
    {
        Description = description,
        HelpName = "URL",
        DefaultValueFactory = result =>
            Environment.GetEnvironmentVariable(variable) is { Length: > 0 } known ? Parse(variable, known, result) : null,
        CustomParser = result => Parse(name, result.Tokens.Count == 1 ? result.Tokens[0].Value : "", result),
    };

    /// <summary>A client of a control server.</summary>
    public static ControlClient Client(HttpClient http, Uri control, string? token) =>
        new(http, Microsoft.Extensions.Options.Options.Create(new ControlOptions { Endpoint = control, Token = token }), TimeProvider.System);

    private static Uri? Parse(string source, string text, ArgumentResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return new Uri(address!.GetLeftPart(UriPartial.Authority));
        result.AddError($"{source} is '{text}'; give an address such as http://127.0.0.1:5000.");
        return null;
    }
}
