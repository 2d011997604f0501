using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamSocial.ServiceDefaults.Http;

internal static class ApiJson
{
    /// <summary>Numbers are numbers, and a property stands in an object once: readers disagree on which of two counts.</summary>
    public static void MakeStrict(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
    }
}
