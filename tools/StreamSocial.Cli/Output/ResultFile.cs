using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamSocial.Cli.Output;

/// <summary>Writes what a command found for other programs.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes the file; does nothing without one.</summary>
    public static async Task WriteAsync<T>(FileInfo? file, T result, CancellationToken cancellationToken)
    {
        if (file is null)
            return;
        file.Directory?.Create();
        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, result, Options, cancellationToken);
    }
}
